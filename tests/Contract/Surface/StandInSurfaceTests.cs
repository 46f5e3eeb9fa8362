using Marquee.Contract.Tests.OfficialApi;

namespace Marquee.Contract.Tests.Surface;

public sealed class StandInSurfaceTests
{
    private static readonly SurfaceCheck Check = new(ApiList.LoadAll());

    [Theory]
    [InlineData("Marquee.Local.Functions")]
    [InlineData("Marquee.Local.Durable")]
    [InlineData("Marquee.Local.ServiceBus")]
    public void A_stand_in_shows_nothing_that_is_not_official(string assembly)
    {
        var differences = Check.Differences(CompilerInputs.Assembly(assembly));

        Assert.True(differences.Count == 0, $"{assembly} differs in {differences.Count} places:\n{string.Join('\n', differences)}");
    }
}
