/** The classifications of the Defender API with the determinations that each allows. */
export const DETERMINATIONS = {
  Unknown: ["NotAvailable"],
  TruePositive: [
    "NotAvailable",
    "MultiStagedAttack",
    "Apt",
    "MaliciousUserActivity",
    "CompromisedAccount",
    "Malware",
    "Phishing",
    "SecurityPersonnel",
    "UnwantedSoftware",
    "Other",
  ],
  InformationalExpectedActivity: ["NotAvailable", "SecurityTesting", "LineOfBusinessApplication", "ConfirmedActivity", "Other"],
  FalsePositive: ["NotAvailable", "NotMalicious", "NoEnoughDataToValidate", "Other"],
} as const;

export type Classification = keyof typeof DETERMINATIONS;
export type Determination = (typeof DETERMINATIONS)[Classification][number];

export const CLASSIFICATIONS = Object.keys(DETERMINATIONS) as Classification[];
