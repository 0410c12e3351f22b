import fc from 'fast-check';
import type { Bus, BusMessage, BusSubscription } from '../../broker/src/core/ports/index.ts';
import { subjectMatches } from '../../broker/src/core/subjects/index.ts';

/** A bus under test. */
export interface BusAdapter {
  readonly name: string;
  /** A bus of its own for each test, with nobody on it. */
  readonly create: () => Bus;
}

/** What a listener heard, as texts. */
class Listener {
  readonly heard: string[] = [];

  readonly listen = (message: BusMessage): void => {
    this.heard.push(Buffer.from(message.message).toString());
  };
}

function publish(bus: Bus, subject: string, text: string, reply?: string): boolean {
  return bus.publish({ subject, reply, message: Buffer.from(text), headerBytes: 0 });
}

/** The contract of `core/ports/bus.ts`, sentence by sentence, on one adapter. */
export function busContract({ name, create }: BusAdapter): void {
  describe(`Bus contract: ${name}`, () => {
    test('hands a message to each listener whose pattern matches, and says so', () => {
      const bus = create();
      const [exact, oneWord, rest, other] = [0, 0, 0, 0].map(() => new Listener());
      bus.subscribe('a.b', undefined, exact!.listen);
      bus.subscribe('a.*', undefined, oneWord!.listen);
      bus.subscribe('a.>', undefined, rest!.listen);
      bus.subscribe('b.>', undefined, other!.listen);
      expect(publish(bus, 'a.b', '1')).toBe(true);
      expect(publish(bus, 'a.c', '2')).toBe(true);
      expect(publish(bus, 'a.b.c', '3')).toBe(true);
      expect(exact!.heard).toEqual(['1']);
      expect(oneWord!.heard).toEqual(['1', '2']);
      expect(rest!.heard).toEqual(['1', '2', '3']);
      expect(other!.heard).toEqual([]);
    });

    test('says that nobody listens', () => {
      const bus = create();
      bus.subscribe('a.>', undefined, () => undefined);
      expect(publish(bus, 'a', 'x')).toBe(false);
      expect(bus.hasListener('a')).toBe(false);
      expect(bus.hasListener('a.b')).toBe(true);
    });

    test('hands the whole message over: subject, reply, header block and payload', () => {
      const bus = create();
      const heard: BusMessage[] = [];
      bus.subscribe('a', undefined, (message) => {
        heard.push({ ...message, message: Uint8Array.from(message.message) });
      });
      const message = Uint8Array.of(1, 2, 3);
      bus.publish({ subject: 'a', reply: 'r', message, headerBytes: 2 });
      expect(heard).toEqual([{ subject: 'a', reply: 'r', message, headerBytes: 2 }]);
    });

    test('hands a message to one listener of each queue, and to each of them in its turn', () => {
      const bus = create();
      const plain = new Listener();
      const first = [new Listener(), new Listener()];
      const second = [new Listener(), new Listener(), new Listener()];
      bus.subscribe('a', undefined, plain.listen);
      for (const { listen } of first) bus.subscribe('a', 'q1', listen);
      for (const { listen } of second) bus.subscribe('a', 'q2', listen);
      for (let index = 0; index < 60; index++) publish(bus, 'a', String(index));
      expect(plain.heard).toHaveLength(60);
      for (const members of [first, second]) {
        const all = members.flatMap(({ heard }) => heard);
        expect(all.sort()).toEqual([...plain.heard].sort());
        for (const { heard } of members) expect(heard.length).toBeGreaterThanOrEqual(15);
      }
    });

    test('takes listeners of one queue for one, also where their patterns differ', () => {
      const bus = create();
      const members = [new Listener(), new Listener()];
      bus.subscribe('a.b', 'q', members[0]!.listen);
      bus.subscribe('a.*', 'q', members[1]!.listen);
      publish(bus, 'a.b', 'once');
      expect(members.flatMap(({ heard }) => heard)).toEqual(['once']);
    });

    test('keeps the order of one publisher', () => {
      const bus = create();
      const listener = new Listener();
      bus.subscribe('a.*', undefined, listener.listen);
      const texts = Array.from({ length: 100 }, (_, index) => String(index));
      for (const text of texts) publish(bus, `a.${Number(text) % 3}`, text);
      expect(listener.heard).toEqual(texts);
    });

    test('hands nothing to a listener that is gone, and lets it go twice', () => {
      const bus = create();
      const gone = new Listener();
      const staying = new Listener();
      const subscription = bus.subscribe('a', undefined, gone.listen);
      bus.subscribe('a', undefined, staying.listen);
      publish(bus, 'a', '1');
      subscription.cancel();
      subscription.cancel();
      publish(bus, 'a', '2');
      expect(gone.heard).toEqual(['1']);
      expect(staying.heard).toEqual(['1', '2']);
    });

    test('lets a listener cancel itself and others while it is called', () => {
      const bus = create();
      const second = new Listener();
      const heard: string[] = [];
      const first = bus.subscribe('a', undefined, (message) => {
        heard.push(Buffer.from(message.message).toString());
        first.cancel();
        secondSubscription.cancel();
      });
      const secondSubscription = bus.subscribe('a', undefined, second.listen);
      publish(bus, 'a', '1');
      expect(publish(bus, 'a', '2')).toBe(false);
      expect([...heard, ...second.heard]).toEqual(['1']);
    });

    test('matches as the definition of patterns does, whatever came and went before', () => {
      const token = fc.constantFrom('a', 'b', 'c', '$x#y');
      const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((t) => t.join('.'));
      const pattern = fc
        .tuple(
          fc.array(fc.oneof(token, fc.constant('*')), { minLength: 0, maxLength: 4 }),
          fc.boolean(),
        )
        .map(([tokens, rest]) =>
          (rest || tokens.length === 0 ? [...tokens, '>'] : tokens).join('.'),
        );
      const step = fc.oneof(
        fc.record({ kind: fc.constant('subscribe' as const), pattern }),
        fc.record({ kind: fc.constant('cancel' as const), index: fc.nat() }),
        fc.record({ kind: fc.constant('publish' as const), subject }),
      );
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          const bus = create();
          const open: { pattern: string; listener: Listener; subscription: BusSubscription }[] = [];
          for (const taken of steps) {
            if (taken.kind === 'subscribe') {
              const listener = new Listener();
              const subscription = bus.subscribe(taken.pattern, undefined, listener.listen);
              open.push({ pattern: taken.pattern, listener, subscription });
            } else if (taken.kind === 'cancel') {
              const [chosen] = open.splice(taken.index % Math.max(open.length, 1), 1);
              chosen?.subscription.cancel();
            } else {
              const before = open.map(({ listener }) => listener.heard.length);
              const expected = open.map((one) => subjectMatches(one.pattern, taken.subject));
              expect(publish(bus, taken.subject, 'x')).toBe(expected.includes(true));
              const after = open.map(
                ({ listener }, index) => listener.heard.length - before[index]!,
              );
              expect(after).toEqual(expected.map((isHeard) => (isHeard ? 1 : 0)));
            }
          }
        }),
      );
    });
  });
}
