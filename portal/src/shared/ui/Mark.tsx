import type { ReactElement } from "react";

/** Huntline's mark: a trace that crosses the ring of a sight. */
export function Mark({ size = 24 }: { size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle cx="16" cy="16" r="10" fill="none" stroke="#6dc0d2" strokeWidth="2" />
      <path d="M2 18h8l3-8 5 13 3-7h9" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
