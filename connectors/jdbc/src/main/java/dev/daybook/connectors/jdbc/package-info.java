/// The JDBC sink: records become rows of PostgreSQL or H2, each exactly once.
///
/// Rows and the offsets they came from are committed in one transaction of the target, so after any stop the
/// table itself says where to go on. In reading order: [JdbcSinkTask] (the journey of a batch), [ChangeReader]
/// (record to change), [ChangeWriter] (changes to SQL, bad ones set aside), [OffsetTable] (offsets, and the epoch
/// that fences a former owner), [TableCatalog] (tables as they are, made and widened), [Dialect] and its two
/// cases, [ConnectValue] and [Coercion] (values, exact or refused), [JdbcUrl] (what may be connected to).
@NullMarked
package dev.daybook.connectors.jdbc;

import org.jspecify.annotations.NullMarked;
