import { readPriceList } from '../../../../modules/cost/price-list.ts';

describe('The price list of the kit', () => {
  const { prices } = readPriceList();

  test('has one price for each item, with its source and the day on which it was written down', () => {
    const items = prices.map(({ item }) => item);
    expect(new Set(items).size).toBe(items.length);
    const incomplete = prices.filter(
      ({ asOf, source, priceUsd, unit }) =>
        !/^20\d\d-\d\d-\d\d$/.test(asOf) ||
        source === '' ||
        !(priceUsd > 0) ||
        !['hour', 'month', 'GB-month'].includes(unit),
    );
    expect(incomplete).toEqual([]);
  });
});
