/** Every name that an index.ts lets out has a docblock where it is declared (house style, rule 17). */
export const documentedDoor = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      undocumented:
        '{{name}} leaves its folder here without a docblock at its declaration. Say in one line what a caller gets, then only what the type cannot say.',
    },
  },
  create(context) {
    const { program, esTreeNodeToTSNodeMap } = context.sourceCode.parserServices;
    const checker = program.getTypeChecker();
    return {
      ExportSpecifier(node) {
        const symbol = checker.getSymbolAtLocation(esTreeNodeToTSNodeMap.get(node.exported));
        if (symbol === undefined) return;
        const target = isAlias(symbol) ? checker.getAliasedSymbol(symbol) : symbol;
        if (target.declarations === undefined) return; // what tsc cannot resolve, tsc reports
        if (target.getDocumentationComment(checker).length > 0) return;
        context.report({ node, messageId: 'undocumented', data: { name: target.name } });
      },
    };
  },
};

const aliasFlag = 2097152; // SymbolFlags.Alias of TypeScript

function isAlias(symbol) {
  return (symbol.flags & aliasFlag) !== 0;
}
