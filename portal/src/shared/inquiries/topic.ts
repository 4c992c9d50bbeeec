/** Of a topic that is the link of a page of the portal, what tells pages apart; any other topic as it is. */
export const shortTopic = (topic: string): string => /^https?:\/\/[^/]+\/tenants\/[^/]+\/(.+)$/.exec(topic)?.[1] ?? topic;

/** What a case is called: a topic in words, else the first thing that it is about. */
export const caseTitle = (topic: string, subjects: readonly { label: string }[]): string => (shortTopic(topic) === topic ? topic : subjects[0]?.label || shortTopic(topic));
