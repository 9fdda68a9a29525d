package dev.daybook.benchmarks;

/// One contender's go at one case: the server is warm, the topic is its own and empty.
record Turn(ServerProcess server, RunPlan plan, PerformanceTool tool, String topic) {

  boolean isAgainst(Contender contender) {
    return server.contender() == contender;
  }
}
