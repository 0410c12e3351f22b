/** The last line of what a tool complained, without the addresses it tried: they differ by machine. */
export function whatWentWrong(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line.replace(/\bhttps?:\/\/\S+/g, 'its address').trim();
}
