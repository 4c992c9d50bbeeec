import { Badge } from "@fluentui/react-components";
import type { ReactElement } from "react";

/** MITRE ATT&CK techniques, by their numbers. */
export function Techniques({ techniques }: { techniques: readonly string[] }): ReactElement | null {
  if (techniques.length === 0) return null;
  return (
    <span style={{ display: "flex", gap: 6, flexWrap: "wrap" }}>
      {techniques.map((technique) => (
        <Badge key={technique} appearance="tint" color="informative" shape="rounded" size="large">
          {technique}
        </Badge>
      ))}
    </span>
  );
}
