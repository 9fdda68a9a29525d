/// The book of what should run.
@NullMarked
package dev.daybook.connect.control;

import org.jspecify.annotations.NullMarked;
