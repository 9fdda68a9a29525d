/// The schema registry: subjects, their Avro versions and compatibility, spoken as Confluent's REST API, and the
/// check of contracts at append.
///
/// Everything it knows is in one Kafka topic, `_schemas`: one partition, compacted, in Confluent's record layout, so
/// that mirroring the topic is migrating, either way. Key and value are JSON:
///
/// ```
///  key                                                      value
///  {"keytype":"SCHEMA","subject":S,"version":N,"magic":1}   {"subject","version","id","md5","schema","deleted",…}
///                                                           or none: this version is erased
///  {"keytype":"CONFIG","subject":S or null,"magic":0}       {"subject","compatibilityLevel","normalize"} or none
///  {"keytype":"MODE","subject":S or null,"magic":0}         {"subject","mode"} or none
///  {"keytype":"DELETE_SUBJECT","subject":S,"magic":0}       {"subject","version":N}: versions up to N are deleted
///  {"keytype":"CLEAR_SUBJECT","subject":S,"magic":0}        {"subject"}: its config and mode are gone
///  {"keytype":"NOOP","magic":0}                             {"maxId":N,"writer":W,"epoch":E}, ours: no id up to N is
///                                                           given again, whatever was lost up to leader epoch E
/// ```
///
/// The order of a key's fields is part of the format: compaction compares bytes. A record of another key type, or
/// one that is not JSON, is left alone and logged.
///
/// How a write travels: [dev.daybook.registry.Rest] takes the request on an event loop and hands the thinking to a
/// worker; [dev.daybook.registry.Registrar], the one owner of all decisions, turns a
/// [dev.daybook.registry.Command] into records and appends them; [dev.daybook.registry.SchemaTail] reads them
/// back; only then are they replayed into the [dev.daybook.registry.SchemaCatalog] that readers see, and the answer
/// leaves. So an answer rests on the log alone, and a restart takes the same road as every write.
///
/// A log that was restored from a backup has forgotten ids that were handed out behind it. It says so by its leader
/// epoch, which rose far; [dev.daybook.registry.LostIds] tells that from a change of leader, and the registry skips ids.
///
/// Read in this order: SchemaRegistry, Registrar, SchemaCatalog, SchemaLog, RecordFormat; SchemaProvider and
/// AvroProvider; Rest and the routes; ContractCheck.
@NullMarked
package dev.daybook.registry;

import org.jspecify.annotations.NullMarked;
