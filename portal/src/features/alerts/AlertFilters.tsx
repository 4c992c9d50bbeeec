import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { ALERT_STATUSES, DETECTION_SOURCES, SEVERITIES, type AlertSearch } from "@/shared/url/search";
import { ChoiceFilter, FilterBar, SearchFilter } from "@/shared/ui/FilterBar";

/** The filters of the alert queue; a change starts again at the first page. */
export function AlertFilters({ search, onChange }: { search: AlertSearch; onChange: (search: AlertSearch) => void }): ReactElement {
  const { t } = useTranslation(["alerts", "common"]);
  return (
    <FilterBar>
      <SearchFilter label={t("alerts:filter.search")} value={search.q} onChange={(q) => onChange({ ...search, q, page: undefined })} />
      <ChoiceFilter
        label={t("alerts:column.status")}
        value={search.status}
        choices={ALERT_STATUSES.map((value) => ({ value, text: t(`common:status.${value}`) }))}
        onChange={(status) => onChange({ ...search, status, page: undefined })}
      />
      <ChoiceFilter
        label={t("alerts:column.severity")}
        value={search.severity}
        choices={[...SEVERITIES].reverse().map((value) => ({ value, text: t(`common:severity.${value}`) }))}
        onChange={(severity) => onChange({ ...search, severity, page: undefined })}
      />
      <ChoiceFilter
        label={t("alerts:column.detectionSource")}
        value={search.source}
        choices={DETECTION_SOURCES.map((value) => ({ value, text: t(`alerts:source.${value}`) }))}
        onChange={(source) => onChange({ ...search, source, page: undefined })}
      />
    </FilterBar>
  );
}
