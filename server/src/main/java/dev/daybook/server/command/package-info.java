/// The subcommands of `daybook`, one class each. Those that talk to a log do so as ordinary Kafka clients.
@NullMarked
package dev.daybook.server.command;

import org.jspecify.annotations.NullMarked;
