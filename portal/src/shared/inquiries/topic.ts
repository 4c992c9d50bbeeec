/** Of a topic that is the link of a page, what tells pages apart. */
export const shortTopic = (topic: string): string => (topic.startsWith(`${window.location.origin}/`) ? topic.slice(window.location.origin.length) : topic);
