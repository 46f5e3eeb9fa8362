using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Testing;

namespace Marquee.Local.Platform.Tests.Testing;

public sealed class ProjectResultTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Counts_and_failures_come_from_the_report()
    {
        var result = Read(2, """{"name":"A","status":"passed"},{"name":"B","status":"failed","message":"no","trace":"at B"},{"name":"C","status":"skipped"}""");

        Assert.Equal((1, 1), (result.Passed, result.Skipped));
        Assert.Equal([new TestFailure("B", "no", "at B")], result.Failures);
        Assert.Null(result.Broken);
    }

    [Fact]
    public void A_project_that_runs_no_tests_is_broken() => Assert.Equal("ran no tests", Read(8, "").Broken);

    [Fact]
    public void A_project_that_leaves_no_report_is_broken() =>
        Assert.Contains("134", ProjectResult.FromReport("P", _folder.File("none"), 134, "", default).Broken, StringComparison.Ordinal);

    [Fact]
    public void A_project_that_fails_without_a_failing_test_is_broken() =>
        Assert.Contains("code 3", Read(3, """{"name":"A","status":"passed"}""").Broken, StringComparison.Ordinal);

    [Fact]
    public void Every_test_project_of_the_solution_is_found()
    {
        var repository = Repository.Find();
        var solution = File.ReadAllText(repository.PathOf("Serverless.sln"));

        var projects = TestProjects.In(repository);

        Assert.Contains(projects, project => project is { Name: "Marquee.Browser.Tests", Alone: true });
        Assert.All(projects, project => Assert.Contains($"\"{project.Name}\"", solution, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private ProjectResult Read(int exitCode, string tests)
    {
        File.WriteAllText(_folder.File("r.json"), $$$"""{"results":{"tests":[{{{tests}}}]}}""");
        return ProjectResult.FromReport("P", _folder.File("r.json"), exitCode, "", default);
    }
}
