"""Letters to and from customers about their inquiries: answers go out by mail, replies come back into the thread.

Outwards: `correspondence.jobs`. Inwards: `correspondence.inbound`, with a door for each way by which mail comes: `lmtp`, `imap`, `views`.
"""
