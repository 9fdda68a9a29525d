// Where the reader is, as it stands in the address: #/, #/t/TOPIC, #/t/TOPIC/live,
// #/t/TOPIC/PARTITION/OFFSET, #/connectors, #/schemas, #/schemas/SUBJECT, with ?key=value behind.

export function parse(hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?');
  const params = Object.fromEntries(new URLSearchParams(query));
  const [page = '', name = '', third = '', fourth = ''] = path.split('/').map(decoded);
  if (page === 't' && name) {
    if (third === 'live') {
      return {page: 'live', topic: name, params};
    }
    return /^\d+$/.test(third) && /^\d+$/.test(fourth)
      ? {page: 'event', topic: name, partition: third, offset: fourth, params}
      : {page: 'topic', topic: name, params};
  }
  if (page === 'schemas') {
    return name ? {page: 'subject', subject: name, params} : {page: 'schemas', params};
  }
  return {page: page === 'connectors' ? 'connectors' : 'topics', params};
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const part = encodeURIComponent;

export const toTopics = () => '#/';
export const toTopic = (topic, params = {}) => `#/t/${part(topic)}${query(params)}`;
export const toLive = (topic) => `#/t/${part(topic)}/live`;
export const toEvent = (topic, partition, offset) => `#/t/${part(topic)}/${partition}/${offset}`;
export const toConnectors = () => '#/connectors';
export const toSchemas = () => '#/schemas';
export const toSubject = (subject) => `#/schemas/${part(subject)}`;

function query(params) {
  const given = Object.entries(params).filter(([, value]) => value !== '' && value != null);
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

export function go(hash) {
  window.location.hash = hash;
}

// What a person may paste to get somewhere: topic, topic/partition@offset or topic/partition/offset.
export function understand(text) {
  const place = /^(.+)\/(\d+)[@/](\d+)$/.exec(text.trim());
  return place ? toEvent(place[1], place[2], place[3]) : toTopic(text.trim());
}
