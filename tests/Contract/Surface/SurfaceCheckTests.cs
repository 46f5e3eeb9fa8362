using Marquee.Contract.Tests.OfficialApi;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Marquee.Contract.Tests.Surface;

/// <summary>The checker itself: it must pass what is official and catch what is not.</summary>
public sealed class SurfaceCheckTests
{
    [Fact]
    public void A_part_of_the_official_surface_passes()
    {
        Assert.Empty(DifferencesOf("""
            namespace Marquee.Local.Durable
            {
                public delegate bool RetryHandler(RetryContext retryContext);
                public record RetryContext(
                    TaskOrchestrationContext OrchestrationContext, int LastAttemptNumber, TaskFailureDetails LastFailure,
                    System.TimeSpan TotalRetryTime, System.Threading.CancellationToken CancellationToken);
                public record TaskFailureDetails(string ErrorType, string ErrorMessage, string? StackTrace, TaskFailureDetails? InnerFailure,
                    System.Collections.Generic.IDictionary<string, object?>? Properties)
                {
                    public override string ToString() => ErrorMessage;
                }
                public abstract class TaskOrchestrationContext
                {
                    public abstract string InstanceId { get; }
                    public abstract T? GetInput<T>();
                    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);
                    internal void OnlyHere() { }
                }
                internal class AlsoOnlyHere;
                [System.AttributeUsage(System.AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
                public sealed class DurableTaskAttribute(string? name = null) : System.Attribute
                {
                    public string? Version { get; set; } = name;
                }
            }
            namespace Marquee.Local.Durable.Client
            {
                public enum OrchestrationRuntimeStatus { Running, Completed, Failed = 3 }
            }
            namespace Marquee.Local.Functions.DependencyInjection
            {
                public static class ServiceCollectionExtensions;
            }
            namespace Marquee.Local.ServiceBus
            {
                public class ServiceBusReceiver : System.IAsyncDisposable
                {
                    protected ServiceBusReceiver() { }
                    public virtual System.Threading.Tasks.ValueTask DisposeAsync() => default;
                    public virtual string? EntityPath => null;
                }
            }
            """));
    }

    [Theory]
    [InlineData("public struct Nothing;", "no official type has its name")]
    [InlineData("public sealed class DataConverter { internal DataConverter() { } }", "public abstract class Microsoft.DurableTask.DataConverter")]
    [InlineData("public struct TaskName { public string? Name => null; }", "string Microsoft.DurableTask.TaskName.Name { get; }")]
    [InlineData("public struct TaskName { public string Name { get; set; } }", "string Microsoft.DurableTask.TaskName.Name { get; }")]
    [InlineData("public struct TaskName { public int Length => 0; }", "string Microsoft.DurableTask.TaskName.Name { get; }")]
    [InlineData("public struct TaskVersion { public TaskVersion(string version) { } }", "TaskVersion..ctor(string? version)")]
    [InlineData("public struct TaskVersion { public TaskVersion(string? value) { } }", "TaskVersion..ctor(string? version)")]
    [InlineData("public class PurgeProgress { }", "no official type has its name")]
    [InlineData("public class RetryPolicy : System.Collections.ArrayList { internal RetryPolicy() { } }", "public class Microsoft.DurableTask.RetryPolicy")]
    [InlineData("public class TaskOptions { internal TaskOptions() { } public virtual TaskOptions FromRetryPolicy() => this; }", "static Microsoft.DurableTask.TaskOptions")]
    [InlineData("public sealed class TaskFailedException { internal TaskFailedException() { } }", "without System.Exception")]
    [InlineData("public sealed class TaskFailedException : System.Exception { internal TaskFailedException() { } public bool IsCausedByException<T>() => true; }", "where T : System.Exception")]
    [InlineData("public static class Pageable { public static void Create<T>(System.Func<string, T> pageFunc) { } }", "Pageable.Create<T>")]
    [InlineData("public sealed class DurableTaskAttribute : System.Attribute { internal DurableTaskAttribute() { } }", "AttributeUsage")]
    public void A_type_that_is_not_official_is_caught(string source, string officialInReport)
    {
        var difference = Assert.Single(DifferencesOf($$"""namespace Marquee.Local.Durable { {{source}} }"""));

        Assert.Contains(officialInReport, difference, StringComparison.Ordinal);
    }

    [Fact]
    public void An_enum_value_with_another_number_is_caught()
    {
        var difference = Assert.Single(DifferencesOf("namespace Marquee.Local.ServiceBus { public enum SubQueue { None, TransferDeadLetter } }"));

        Assert.Contains("SubQueue.TransferDeadLetter = 2", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_type_outside_the_mapped_namespaces_is_caught() =>
        Assert.Single(DifferencesOf("namespace Marquee.Elsewhere { public static class Extensions; }"));

    private static IReadOnlyList<string> DifferencesOf(string source)
    {
        // Through metadata, as the stand-ins are read: source symbols show a few things otherwise.
        var cancel = TestContext.Current.CancellationToken;
        var compilation = CSharpCompilation.Create(
            "StandIn", [CSharpSyntaxTree.ParseText(source, CompilerInputs.Parse, cancellationToken: cancel)],
            CompilerInputs.WithoutStandIns, CompilerInputs.Options(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var result = compilation.Emit(image, cancellationToken: cancel);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        var reference = MetadataReference.CreateFromImage(image.ToArray());
        var reader = CSharpCompilation.Create("Reader", references: [.. CompilerInputs.WithoutStandIns, reference]);
        return new SurfaceCheck(ApiList.LoadAll()).Differences((IAssemblySymbol)reader.GetAssemblyOrModuleSymbol(reference)!);
    }
}
