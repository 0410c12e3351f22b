import { Workload } from '../../../../../broker/src/protocols/nats/workload.ts';
import { smallLimits } from './limits.ts';

function makeWorkload(): { workload: Workload; onRelief: jest.Mock } {
  const onRelief = jest.fn();
  return { workload: new Workload(smallLimits, onRelief), onRelief };
}

describe('Workload', () => {
  test('is excessive from the largest count on, until half of it is done', () => {
    const { workload, onRelief } = makeWorkload();
    for (let count = 0; count < 9; count++) workload.begin(1);
    expect(workload.excessive).toBe(false);
    workload.begin(1);
    expect(workload.excessive).toBe(true);
    for (let count = 0; count < 4; count++) workload.end(1);
    expect(workload.excessive).toBe(true);
    expect(onRelief).not.toHaveBeenCalled();
    workload.end(1);
    expect(workload.excessive).toBe(false);
    expect(onRelief).toHaveBeenCalledTimes(1);
  });

  test('is excessive from the largest number of bytes on, until half of them are done', () => {
    const { workload, onRelief } = makeWorkload();
    workload.begin(600);
    workload.begin(400);
    expect(workload.excessive).toBe(true);
    workload.end(400);
    expect(workload.excessive).toBe(true);
    workload.end(600);
    expect(workload.excessive).toBe(false);
    expect(onRelief).toHaveBeenCalledTimes(1);
  });

  test('says when everything is done', () => {
    const { workload, onRelief } = makeWorkload();
    expect(workload.idle).toBe(true);
    workload.begin(5);
    workload.begin(5);
    workload.end(5);
    expect(workload.idle).toBe(false);
    expect(onRelief).not.toHaveBeenCalled();
    workload.end(5);
    expect(workload.idle).toBe(true);
    expect(onRelief).toHaveBeenCalledTimes(1);
  });
});
