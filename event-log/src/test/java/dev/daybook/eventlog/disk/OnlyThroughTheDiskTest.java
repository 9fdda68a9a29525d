package dev.daybook.eventlog.disk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;

/// What does not pass the disk's seam cannot be crashed in a test.
@AnalyzeClasses(packages = "dev.daybook.eventlog", importOptions = DoNotIncludeTests.class)
class OnlyThroughTheDiskTest {
  @ArchTest
  static final ArchRule onlyTheDiskTouchesFiles =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.daybook.eventlog.disk")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(
              Files.class,
              FileChannel.class,
              File.class,
              FileInputStream.class,
              FileOutputStream.class,
              RandomAccessFile.class);
}
