import type { SeverityName } from "@/shared/url/search";

/** Which alerts a rule or a webhook is for. `device_groups`: null for all devices. */
export interface Choice {
  severities: SeverityName[];
  detections: Record<string, SeverityName[]>;
  device_groups: string[] | null;
}

/** What stands for devices that no group takes. */
export const UNGROUPED = "00000000-0000-0000-0000-000000000000";

/** Sources that the alert APIs name; others are shown where they are chosen already. */
export const SOURCES: readonly string[] = ["WindowsDefenderAtp", "WindowsDefenderAv", "CustomDetection", "CustomerTI"];

export const sourcesOf = (detections: Choice["detections"]): string[] => [...SOURCES, ...Object.keys(detections).filter((source) => !SOURCES.includes(source))];

export const isChosen = ({ severities, detections, device_groups }: Choice): boolean =>
  (severities.length > 0 || Object.values(detections).some((chosen) => chosen.length > 0)) && (device_groups === null || device_groups.length > 0);

/** Only what has severities, so that a form says nothing twice. */
export const chosenSources = (detections: Choice["detections"]): [string, SeverityName[]][] => Object.entries(detections).filter(([, chosen]) => chosen.length > 0);
