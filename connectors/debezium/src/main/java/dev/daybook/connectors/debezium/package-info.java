/// Debezium for PostgreSQL with guard-rails: [PostgresSource] is Debezium's own connector with defaults that do not lose
/// data or fill a disk ([GuardRails]), refusals of settings that would run foreign code, and a look at the database
/// before it starts ([DatabaseChecks]). Debezium's `io.debezium.connector.postgresql.PostgresConnector` is in the same
/// plug-in and stays as it is.
@NullMarked
package dev.daybook.connectors.debezium;

import org.jspecify.annotations.NullMarked;
