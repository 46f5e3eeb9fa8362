using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;

namespace Marquee.EdgeSync.Tests.Commands;

public sealed class CommandReadingTests
{
    [Fact]
    public void A_command_reads_as_it_was_written()
    {
        var (command, problem) = CommandReading.Read(Body(InboxTests.Command("event/a", 1, "A")), "berlin");
        Assert.Null(problem);
        Assert.Equal("berlin.event/a.1", command!.Id);
    }

    [Theory]
    [InlineData("not json", "not a command")]
    [InlineData("null", "empty")]
    [InlineData("{}", "not a command")]
    [InlineData("""{"popId":"berlin","key":"k","version":1,"issuedAt":"2026-01-01T00:00:00Z","body":{"type":"reboot"}}""", "not a command")]
    [InlineData("""{"popId":"berlin","key":"k","version":1,"issuedAt":"2026-01-01T00:00:00Z","body":null}""", "no body")]
    public void What_is_no_command_is_told_why(string body, string why)
    {
        var (command, problem) = CommandReading.Read(BinaryData.FromString(body), "berlin");
        Assert.Null(command);
        Assert.Contains(why, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_for_another_pop_or_without_a_version_is_refused()
    {
        Assert.Equal("addressed to another PoP", CommandReading.Read(Body(InboxTests.Command("event/a", 1, "A", "lisbon")), "berlin").Problem);
        Assert.Equal("a version below 1", CommandReading.Read(Body(InboxTests.Command("event/a", 0, "A")), "berlin").Problem);
    }

    private static BinaryData Body(EdgeCommand command) => BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(command, ContractJson.Options));
}
