import { cdktfCommand } from '../../../../modules/config/index.ts';

const parse = (line: string): { verb: string | null; local: boolean; aws: boolean } => {
  const command = cdktfCommand(line);
  return { verb: command.verb, local: command.isAbout('local'), aws: command.isAbout('aws') };
};

describe('cdktfCommand', () => {
  test('reads verb and stacks from the command line of cdktf', () => {
    expect(parse('/usr/bin/node /x/node_modules/.bin/cdktf deploy aws --auto-approve')).toEqual({
      verb: 'deploy',
      local: false,
      aws: true,
    });
    expect(parse('node /x/cdktf-cli/bundle/bin/cdktf destroy --output out local')).toEqual({
      verb: 'destroy',
      local: true,
      aws: false,
    });
  });

  test('takes a pattern for every stack', () => {
    expect(parse('node /x/bin/cdktf deploy a*')).toEqual({
      verb: 'deploy',
      local: true,
      aws: true,
    });
  });

  test('knows nothing where no cdktf is above', () => {
    expect(parse('')).toEqual({ verb: null, local: false, aws: false });
    expect(parse('node --import tsx stacks/main.ts deploy aws')).toMatchObject({ verb: null });
    expect(parse('node /x/bin/cdktf')).toMatchObject({ verb: null });
  });
});
