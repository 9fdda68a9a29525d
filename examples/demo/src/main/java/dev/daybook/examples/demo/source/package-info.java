/// The shop: a real PostgreSQL, its tables, and people who change them all day.
@NullMarked
package dev.daybook.examples.demo.source;

import org.jspecify.annotations.NullMarked;
