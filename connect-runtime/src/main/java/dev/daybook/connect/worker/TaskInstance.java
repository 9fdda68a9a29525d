package dev.daybook.connect.worker;

import static dev.daybook.connect.config.ConnectorKeys.TASK_CLASS;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.connect.errors.ConnectException;

/// Makes the task's object of the class its connector named.
record TaskInstance(Worker.TaskPlan plan) {

  <T> T create(Class<T> kind) {
    String className = plan.taskConfig().get(TASK_CLASS);
    if (className == null) {
      throw new ConnectException(
          "The configuration of task " + plan.id() + " names no " + TASK_CLASS);
    }
    try {
      Class<?> type = Class.forName(className, true, plan.connector().loader());
      return kind.cast(type.getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new ConnectException("Cannot make a " + kind.getSimpleName() + " of " + className, e);
    }
  }

  static PluginMetricsImpl metrics(Worker worker, Worker.TaskPlan plan) {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("connector", plan.id().connector());
    tags.put("task", String.valueOf(plan.id().task()));
    return new PluginMetricsImpl(worker.metrics(), tags);
  }
}
