/** One instruction of a Dockerfile. */
export interface Instruction {
  /** `COPY`, `RUN`, ... */
  readonly keyword: string;
  /** `--from=build` as from: build. */
  readonly flags: Readonly<Record<string, string>>;
  /** The rest of the line, with the build arguments put in. */
  readonly text: string;
}

/** A stage of a Dockerfile: what follows one FROM. */
export interface Stage {
  readonly base: string;
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** Reads the part of the Dockerfile language that broker/Dockerfile uses; throws at anything else. */
export function parseDockerfile(source: string): readonly Stage[] {
  const stages: { base: string; name: string; instructions: Instruction[] }[] = [];
  const buildArguments = new Map<string, string>();
  for (const line of joinedLines(source)) {
    const instruction = parseInstruction(line, buildArguments);
    if (instruction.keyword === 'ARG') {
      const [name = '', value = ''] = instruction.text.split('=');
      buildArguments.set(name, value);
    } else if (instruction.keyword === 'FROM') {
      const [base = '', , name = `stage ${stages.length}`] = instruction.text.split(/\s+/);
      stages.push({ base, name, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return stages;
}

/** The arguments of an instruction in its JSON form; throws at the shell form. */
export function execForm({ keyword, text }: Instruction): readonly string[] {
  const json = text.replace(/^CMD\s+/, '');
  if (!json.startsWith('[')) throw new Error(`${keyword} runs through a shell: ${text}`);
  return JSON.parse(json) as readonly string[];
}

function joinedLines(source: string): readonly string[] {
  return source
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parseInstruction(line: string, buildArguments: ReadonlyMap<string, string>): Instruction {
  const [keyword = '', ...words] = line.split(/\s+/);
  const flags: Record<string, string> = {};
  while (words[0]?.startsWith('--') === true) {
    const [name = '', value = ''] = (words.shift() ?? '').slice(2).split('=');
    flags[name] = value;
  }
  const text = words
    .join(' ')
    .replace(/\$\{([A-Z_]+)\}/g, (whole, name: string) => buildArguments.get(name) ?? whole);
  return { keyword, flags, text };
}
