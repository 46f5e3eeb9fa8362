namespace Marquee.Contract.Tests.OfficialApi;

public sealed class SupplementTests
{
    [Fact]
    public void A_supplement_says_why_and_repeats_nothing_that_is_listed()
    {
        var lines = ApiList.LoadAll().ToDictionary(list => list.Name, list => list.Types.SelectMany(type => type.Lines).ToList());

        Assert.All(Supplement.All, supplement =>
        {
            Assert.NotEmpty(supplement.Reason.Trim());
            Assert.Single(lines[supplement.List], line => line == supplement.Signature);
        });
    }
}
