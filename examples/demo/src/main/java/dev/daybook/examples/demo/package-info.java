/// The main job on one machine: rows that change in a real PostgreSQL become contract-checked events in the log and
/// leave into two sinks.
///
/// Read [Demo], then [Tour]; `source` is the shop whose rows change, `pipeline` runs the server and its connectors as
/// any user would, over their ports, and `compare` proves that nothing was lost on the way.
@NullMarked
package dev.daybook.examples.demo;

import org.jspecify.annotations.NullMarked;
