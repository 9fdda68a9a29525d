package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class StraceTest {
  @Test
  void aCallThatAnotherThreadCameBetweenIsOneCall() {
    List<String> trace =
        List.of(
            "71 1790000000.000001 fdatasync(9</data/0000000001.journal> <unfinished ...>",
            "72 1790000000.000002 fdatasync(8</data/0.log>) = 0",
            "71 1790000000.000003 <... fdatasync resumed>) = -1 EIO (Input/output error) (INJECTED)");

    assertEquals(
        List.of(
            trace.get(1),
            "71 1790000000.000001 fdatasync(9</data/0000000001.journal>"
                + ") = -1 EIO (Input/output error) (INJECTED)"),
        Strace.calls(trace));
  }
}
