using Marquee.Local.Durable.Abstractions;
using Marquee.Local.Durable.Converters;

namespace Marquee.Local.Durable.Tests;

public sealed class AbstractionTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "1.0", -1)]
    [InlineData("1.0", "", 1)]
    [InlineData("1.9", "1.10", -1)]
    [InlineData("2.0", "1.10", 1)]
    [InlineData("beta", "ALPHA", 1)]
    public void Versions_compare_as_numbers_where_they_are_and_as_text_where_they_are_not(string left, string right, int sign) =>
        Assert.Equal(sign, Math.Sign(TaskOrchestrationVersioningUtils.CompareVersions(left, right)));

    [Fact]
    public void Names_and_versions_compare_without_regard_to_case()
    {
        Assert.Equal(new TaskName("Charge"), new TaskName("charge"));
        Assert.Equal(new TaskVersion("V1"), new TaskVersion("v1"));
        Assert.Equal(TaskVersion.Unversioned, new TaskVersion(" "));
        Assert.Equal(string.Empty, default(TaskName).Name);
    }

    [Fact]
    public void Failure_details_keep_the_chain_of_causes_and_know_base_types()
    {
        var details = TaskFailureDetails.FromException(
            new TaskFailedException("Charge", 3, new InvalidOperationException("declined", new TimeoutException("late"))));

        Assert.True(details.IsCausedBy<TaskFailedException>());
        Assert.True(details.InnerFailure!.IsCausedBy<SystemException>());
        Assert.Equal("late", details.InnerFailure.InnerFailure!.ErrorMessage);
        Assert.Throws<ArgumentException>(() => details.IsCausedBy(typeof(string)));
        Assert.False(new TaskFailureDetails("No.Such.Type", "?", null, null, null).IsCausedBy<Exception>());
    }

    [Fact]
    public void Options_for_a_child_keep_what_they_were_made_of()
    {
        var options = new TaskOptions(new RetryPolicy(2, TimeSpan.FromSeconds(1))) { Version = "3" }.WithInstanceId("child");

        Assert.Equal("child", options.InstanceId);
        Assert.Equal("3", options.Version!.Value.Version);
        Assert.Equal(2, options.Retry!.Policy!.MaxNumberOfAttempts);
        Assert.Equal(options, new SubOrchestrationOptions(options));
    }

    [Fact]
    public void The_converter_writes_null_as_nothing_and_reads_nothing_as_the_default()
    {
        Assert.Null(JsonDataConverter.Default.Serialize(null));
        Assert.Equal(0, JsonDataConverter.Default.Deserialize<int>(null));
        Assert.Equal("[1,2]", JsonDataConverter.Default.Serialize(new List<int> { 1, 2 }));
    }

    [Fact]
    public async Task Pages_are_fetched_one_after_the_other_until_there_is_no_token()
    {
        var pages = Pageable.Create<int>((token, _) => Task.FromResult(token switch
        {
            null => new Page<int>([1, 2], "next"),
            _ => new Page<int>([3]),
        }));
        var values = new List<int>();
        await foreach (var value in pages)
        {
            values.Add(value);
        }

        Assert.Equal([1, 2, 3], values);
    }
}
