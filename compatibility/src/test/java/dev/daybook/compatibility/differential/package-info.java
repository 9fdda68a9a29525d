/// The same script played to Apache Kafka and to Daybook: every answer must be equal, but for what a written list allows.
///
/// Read [Script] first: what is asked, drawn from a seed. [Sketch] draws a request of any API from Kafka's own
/// description of it ([MessageSpec]), [BatchRecipe] makes batches, good and bad ones. [Side] is a server under
/// test, [Wire] a connection to it, [Symbols] what that server calls the things that each server names
/// itself: topic ids, producer ids, members. [Answer] makes an answer comparable, [Mismatch] says where two differ,
/// [Differences] is the list. [Scenario]s do the same with the stock clients.
@NullMarked
package dev.daybook.compatibility.differential;

import org.jspecify.annotations.NullMarked;
