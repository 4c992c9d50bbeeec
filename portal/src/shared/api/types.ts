import type { components } from "./schema";

// The portal's names for what the API's document describes.
type Schemas = components["schemas"];

export type Alert = Schemas["AlertOut"];
export type AlertChange = Schemas["AlertChangeIn"];
export type Comment = Schemas["CommentOut"];
export type IncidentChange = Schemas["IncidentChangeIn"];
export type AlertDetail = Schemas["AlertDetailOut"];
export type ApiClient = Schemas["ApiClientOut"];
export type Application = Schemas["QueuedApplicationOut"];
export type AuditEntry = Schemas["AuditEntryOut"];
export type Check = Schemas["CheckOut"];
export type Column = Schemas["ColumnOut"];
export type Coverage = Schemas["CoverageOut"];
export type DetectionRule = Schemas["DetectionRuleOut"];
export type DetectionRuleInput = Schemas["DetectionRuleIn"];
export type RuleTurn = Schemas["RuleTurnOut"];
export type Device = Schemas["DeviceOut"];
export type Diagnostic = Schemas["DiagnosticOut"];
export type Draft = Schemas["DraftOut"];
export type DraftInput = Schemas["DraftIn"];
export type EmailRule = Schemas["EmailRuleOut"];
export type EmailRuleInput = Schemas["EmailRuleIn"];
export type Enrolment = Schemas["EnrolmentOut"];
export type Entity = Schemas["EntityOut"];
export type Evidence = Schemas["EvidenceOut"];
export type HuntRecord = Schemas["HuntRecordOut"];
export type HuntRequest = Schemas["HuntIn"];
export type HuntResult = Schemas["AnswerOut"];
export type Incident = Schemas["IncidentOut"];
export type IncidentDetail = Schemas["IncidentDetailOut"];
export type IngestKey = Schemas["IngestKeyOut"];
export type Mail = Schemas["OutboxMailOut"];
export type Member = Schemas["MemberOut"];
export type Message = Schemas["MessageOut"];
export type NewApiClient = Schemas["NewApiClientOut"];
export type NewIngestKey = Schemas["NewIngestKeyOut"];
export type Notification = Schemas["NotificationOut"];
export type NotificationDetail = Schemas["NotificationDetailOut"];
export type Person = Schemas["PersonOut"];
export type PersonChange = Schemas["PreferencesIn"];
export type Rerun = Schemas["RerunOut"];
export type RuleMail = Schemas["RuleMailOut"];
export type SavedHunt = Schemas["SavedHuntOut"];
export type SavedHuntInput = Schemas["SavedHuntIn"];
export type FunctionSchema = Schemas["SchemaFunctionOut"];
export type Session = Schemas["SessionOut"];
export type Talk = Schemas["TalkOut"];
export type TalkInput = Schemas["TalkIn"];
export type MailTrace = Schemas["TraceOut"];
export type TenantHealth = Schemas["TenantHealthOut"];
export type TableSchema = Schemas["SchemaTableOut"];

export type PeriodReport = Schemas["ReportOut"];
export type ReportFacts = PeriodReport["facts"];
/** A month such as 2026-06, or days. */
export interface ReportPeriod {
  month?: string;
  since?: string;
  until?: string;
}
export type Schedule = Schemas["ScheduleOut"];
export type ScheduleInput = Schemas["ScheduleIn"];
export type DeviceGroup = Schemas["DeviceGroupOut"];
export type DeviceGroupInput = Schemas["DeviceGroupIn"];
export type Suppression = Schemas["SuppressionOut"];
export type Webhook = Schemas["WebhookOut"];
export type WebhookInput = Schemas["WebhookIn"];
export type NewWebhook = Schemas["NewWebhookOut"];
export type WebhookMessage = Schemas["WebhookMessageOut"];

export type Inquiry = Schemas["InquiryOut"];
export type InquiryDetail = Schemas["InquiryDetailOut"];
export type InquiryInput = Schemas["InquiryIn"];
export type InquiryStatus = Schemas["StatusOut"];
export type InquirySubject = Schemas["SubjectIn"];
export type SectorName = Schemas["Sector"];
export type InquiryMessage = Schemas["ThreadMessageOut"];
export type InquiryAnswer = Schemas["AnswerIn"];
export type InquiryReadiness = Schemas["ReadinessOut"];
export type CaseAccess = Schemas["AccessOut"];
export type CaseClocks = Schemas["ClocksOut"];
export type DeskRow = Schemas["DeskRowOut"];
export type EvidenceSummary = Schemas["EvidenceSummaryOut"];
export type SavedAnswer = Schemas["SavedAnswerOut"];
export type SavedAnswerInput = Schemas["SavedAnswerIn"];
export type Pace = Schemas["PaceOut"];
export type PaceSpread = Schemas["SpreadOut"];
export type BusinessCalendar = Omit<Schemas["CalendarIn"], "hours"> & { hours: Record<string, string[]> };
export type CalendarInput = Schemas["CalendarIn"];
export type Subscription = Schemas["SubscriptionOut"];
export type TenantSubscription = Schemas["TenantSubscriptionOut"];
export type SubscriptionInput = Schemas["SubscriptionIn"];
/** A file on its way: which of its parts (from 1) the server holds. Sizes are in bytes. */
export type SampleUpload = Schemas["UploadOut"];
/** A file in quarantine. */
export type CaseSample = Omit<Schemas["SampleOut"], "rules"> & { rules: { rule: string; file: string; tags: string[]; meta: string[][] }[] };
export type CustodyEntry = Schemas["CustodyOut"];
export type Handoff = Schemas["HandoffOut"];
export type HandoffInput = Schemas["HandoffIn"];
export type NewHandoff = Schemas["NewHandoffOut"];
/** What a package is about. */
export type HandoffSubject = Pick<HandoffInput, "subject_kind" | "subject_id">;
