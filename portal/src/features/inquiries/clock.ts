import type { CaseClocks } from "@/shared/api/types";

export interface ClockPart {
  side: "experts" | "customer";
  seconds: number;
  /** Of the whole, from 0 to 100; together they are 100, or 0 where no clock has run. */
  percent: number;
}

/** How a case's time is shared between the two sides, in business time or by the wall. What ran at all is never shown as nothing. */
export function clockParts(clocks: CaseClocks, business: boolean): [ClockPart, ClockPart] {
  const experts = Math.max(0, business ? clocks.experts_business : clocks.experts);
  const customer = Math.max(0, business ? clocks.customer_business : clocks.customer);
  const whole = experts + customer;
  const share = (part: number) => (whole === 0 ? 0 : (part / whole) * 100);
  const least = 2;
  let percent = share(experts);
  if (experts > 0 && percent < least) percent = least;
  if (customer > 0 && percent > 100 - least) percent = 100 - least;
  return [
    { side: "experts", seconds: experts, percent },
    { side: "customer", seconds: customer, percent: whole === 0 ? 0 : 100 - percent },
  ];
}
