/// What should run and what does. [ConnectorBook] is the state that the config topic's records make; every change is first
/// written there by [ConfigLog], then obeyed by the [HostedConnector] of that name, one owner thread each.
/// [StatusBoard] tells what became of it, [Connectors] is what REST and the configuration directory call.
@NullMarked
package dev.daybook.connect.control;

import org.jspecify.annotations.NullMarked;
