/** Of a topic that is the link of a page of the portal, what tells pages apart; any other topic as it is. */
export const shortTopic = (topic: string): string => /^https?:\/\/[^/]+\/tenants\/[^/]+\/(.+)$/.exec(topic)?.[1] ?? topic;

/** What a case is called: a topic in words, else the first thing that it is about. */
export const caseTitle = ({ topic, about }: { topic: string; about: string }): string => (shortTopic(topic) === topic ? topic : about || shortTopic(topic));
