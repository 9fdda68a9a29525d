package dev.daybook.registry;

import java.util.concurrent.CompletionStage;

/// Where routes send what they want changed.
interface Writes {
  <R> CompletionStage<R> submit(Command<R> command);
}
