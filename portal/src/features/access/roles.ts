import { useTranslation } from "react-i18next";

export const CUSTOMER_ROLES = ["admin", "analyst", "reader"] as const;
const ROLES = [...CUSTOMER_ROLES, "account_manager", "hunter", "hunt_lead", "platform_operator"] as const;

export function useRoleName(): (role: string) => string {
  const { t } = useTranslation("access");
  return (role) => {
    const known = ROLES.find((name) => name === role);
    return known ? t(`role.${known}`) : role;
  };
}

/** The application permissions that the API knows, by the names of the Defender and Graph security APIs. */
export const API_ROLES = [
  "Alert.Read.All",
  "Alert.ReadWrite.All",
  "AdvancedHunting.Read.All",
  "AdvancedQuery.Read.All",
  "Incident.Read.All",
  "Incident.ReadWrite.All",
  "Inquiry.Read.All",
  "Machine.Read.All",
  "SecurityAlert.Read.All",
  "SecurityAlert.ReadWrite.All",
  "SecurityIncident.Read.All",
  "SecurityIncident.ReadWrite.All",
  "ThreatHunting.Read.All",
] as const;
