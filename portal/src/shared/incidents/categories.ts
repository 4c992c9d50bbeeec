import type { Alert } from "@/shared/api/types";

/** The kinds of activity, as the alert APIs call them. */
export const CATEGORIES: readonly Alert["category"][] = [
  "General",
  "CommandAndControl",
  "Collection",
  "CredentialAccess",
  "DefenseEvasion",
  "Discovery",
  "Execution",
  "Exfiltration",
  "Exploit",
  "InitialAccess",
  "LateralMovement",
  "Malware",
  "Persistence",
  "PrivilegeEscalation",
  "Ransomware",
  "SuspiciousActivity",
];
