import { describe, expect, it } from "vitest";
import { clockParts } from "./clock";
import { groupedHours } from "./hours";

const clocks = (experts: number, customer: number) => ({ experts, customer, experts_business: experts / 2, customer_business: 0 });

describe("clockParts", () => {
  it("shares the time of a case between its sides", () => {
    expect(clockParts(clocks(3_600, 10_800), false)).toEqual([
      { side: "experts", seconds: 3_600, percent: 25 },
      { side: "customer", seconds: 10_800, percent: 75 },
    ]);
  });

  it("counts business time apart", () => {
    const [experts, customer] = clockParts(clocks(3_600, 10_800), true);
    expect([experts.seconds, experts.percent, customer.seconds, customer.percent]).toEqual([1_800, 100, 0, 0]);
  });

  it("is empty before any clock ran", () => expect(clockParts(clocks(0, 0), false).map(({ percent }) => percent)).toEqual([0, 0]));

  it.each([
    [1, 1_000_000],
    [1_000_000, 1],
  ])("shows what ran, however short: %d against %d", (experts, customer) => {
    const parts = clockParts(clocks(experts, customer), false);
    expect(Math.min(...parts.map(({ percent }) => percent))).toBe(2);
    expect(parts[0].percent + parts[1].percent).toBe(100);
  });
});

describe("groupedHours", () => {
  it("puts days in a row together", () => {
    const office = ["09:00", "18:00"];
    expect(groupedHours({ "0": office, "1": office, "2": office, "4": office, "5": ["10:00", "14:00"] })).toEqual([
      { first: 0, last: 2, opens: "09:00", closes: "18:00" },
      { first: 4, last: 4, opens: "09:00", closes: "18:00" },
      { first: 5, last: 5, opens: "10:00", closes: "14:00" },
    ]);
  });
});
