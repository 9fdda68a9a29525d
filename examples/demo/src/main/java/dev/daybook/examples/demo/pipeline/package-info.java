/// The server as a process of its own, and what is asked of it over its ports.
@NullMarked
package dev.daybook.examples.demo.pipeline;

import org.jspecify.annotations.NullMarked;
