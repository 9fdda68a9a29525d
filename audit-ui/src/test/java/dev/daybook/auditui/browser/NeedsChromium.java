package dev.daybook.auditui.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Scenes in a browser. Where none is installed each is reported as skipped, by its name; under
/// `-Pci` they run all the same and fail, because there nothing may be skipped silently.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsChromium.Installed.class)
@interface NeedsChromium {

  /// Asked for each scene and not for the class, so that reports name the scenes.
  final class Installed implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return context.getTestMethod().isEmpty() || Chromium.expected()
          ? ConditionEvaluationResult.enabled("a browser is there, or must be")
          : ConditionEvaluationResult.disabled(Chromium.MISSING);
    }
  }
}
