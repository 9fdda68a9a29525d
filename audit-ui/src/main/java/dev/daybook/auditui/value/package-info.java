/// A decoded payload as a tree of typed tokens: [Value], its bounded JSON form [Tokens], and
/// [Envelope], which finds a row change in it. Every number is text from here on.
@NullMarked
package dev.daybook.auditui.value;

import org.jspecify.annotations.NullMarked;
