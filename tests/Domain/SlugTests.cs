namespace Marquee.Domain.Tests;

public sealed class SlugTests
{
    [Theory]
    [InlineData("ada")]
    [InlineData("watch-night-2026")]
    [InlineData("0123456789012345678901234567890123456789")]
    public void A_short_plain_id_is_a_slug(string text) => Assert.True(Slug.IsValid(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("Ada")]
    [InlineData("a_b")]
    [InlineData("a/b")]
    [InlineData("ada\n")]
    [InlineData("àda")]
    [InlineData("٣٤٥")]
    [InlineData("01234567890123456789012345678901234567890")]
    public void Anything_else_is_not(string? text) => Assert.False(Slug.IsValid(text));
}
