package dev.daybook.connect.worker;

import org.jspecify.annotations.Nullable;

/// What came of an operation on one record: its value, or that the record is skipped because its failure is tolerated.
sealed interface Outcome<T> {

  record Done<T>(@Nullable T value) implements Outcome<T> {}

  record Skipped<T>() implements Outcome<T> {}
}
