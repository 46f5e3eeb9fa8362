using Microsoft.CodeAnalysis;

namespace Marquee.Contract.Tests.Head;

/// <summary>
/// The sources that are deployed compile against the official API, although its packages cannot be restored here.
/// </summary>
public sealed class AzureHeadTests
{
    // They speak of DurableTask.Core, the engine below Microsoft.DurableTask, which has no list. Nothing here needs them.
    private static readonly string[] KnownToBeMissing =
    [
        "Microsoft.DurableTask.Client.DurableTaskClient.GetOrchestrationHistoryAsync",
        "Microsoft.DurableTask.Worker.ExceptionPropertiesProviderAdapter",
        "Microsoft.DurableTask.Worker.ExtendedSessionState",
        "Microsoft.DurableTask.Worker.Shims.DurableTaskShimFactory.Create",
    ];

    [Fact]
    public void The_azure_head_compiles_against_the_official_api()
    {
        var problems = HeadCompilation.Problems("Marquee.Cloud", OutputKind.ConsoleApplication, HeadFiles());

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public void The_edge_modules_bus_code_compiles_against_the_official_client()
    {
        var files = SourceTree.CSharpFiles("edge-modules/EdgeSync");

        var problems = HeadCompilation.Problems(
            "Marquee.EdgeSync", OutputKind.DynamicallyLinkedLibrary, files, "global using Azure.Messaging.ServiceBus;");

        Assert.NotEmpty(files);
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Theory]
    [InlineData("Task Run(ServiceBusClient bus) => bus.CreateProcessor(\"queue\").StartProcessingAsync();", "CreateProcessor")]
    [InlineData("ServiceBusReceivedMessage Make() => new();", "ServiceBusReceivedMessage")]
    [InlineData("string Name(TaskOrchestrationContext context) => context.HubName;", "HubName")]
    [InlineData("string Name(TaskActivityContext context) => context.Name.Version;", "obsolete")]
    [InlineData("int Length(FunctionContext context) => context.GetHttpContext().Request.Path.Value.Length;", "null")]
    public void A_use_that_the_official_api_does_not_allow_is_caught(string member, string inProblem)
    {
        var problems = HeadCompilation.Problems(
            "Marquee.Cloud", OutputKind.ConsoleApplication, HeadFiles(), $"static class Probe {{ static {member} }}");

        Assert.Contains(problems, problem =>
            problem.Contains("extra0.cs", StringComparison.Ordinal) && problem.Contains(inProblem, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_function_is_a_public_method_with_a_name_of_its_own()
    {
        var head = HeadCompilation.Compile("Marquee.Cloud", OutputKind.ConsoleApplication, HeadFiles(), [], out _);
        var functions = head.GetSymbolsWithName(_ => true, SymbolFilter.Member, TestContext.Current.CancellationToken)
            .OfType<IMethodSymbol>()
            .Select(method => (Method: method, Name: FunctionName(method)))
            .Where(function => function.Name is not null)
            .ToList();

        Assert.NotEmpty(functions);
        Assert.All(functions, function => Assert.Equal(Accessibility.Public, function.Method.DeclaredAccessibility));
        Assert.Equal(functions.Count, functions.DistinctBy(function => function.Name).Count());
    }

    [Fact]
    public void Only_signatures_of_the_engine_below_are_missing_from_the_reference_assemblies()
    {
        var unknown = OfficialAssemblies.Compiled.Dropped
            .Where(line => !KnownToBeMissing.Any(name => line.Contains(" " + name, StringComparison.Ordinal)));

        Assert.Empty(unknown);
        Assert.Equal(14, OfficialAssemblies.Compiled.Dropped.Count);
    }

    private static object? FunctionName(IMethodSymbol method) => method.GetAttributes()
        .FirstOrDefault(attribute => attribute.AttributeClass?.Name == "FunctionAttribute")?.ConstructorArguments[0].Value;

    private static IEnumerable<string> HeadFiles() =>
        [.. SourceTree.CSharpFiles("functions/Azure", SearchOption.TopDirectoryOnly), .. SourceTree.CSharpFiles("functions/App")];
}
