/// What the source, the log and the sinks hold, in one form, and how they differ.
@NullMarked
package dev.daybook.examples.demo.compare;

import org.jspecify.annotations.NullMarked;
