using System.Text.Json;
using Marquee.Domain.Contracts;

namespace Marquee.Domain.Tests.Contracts;

public sealed class IdentityPolicyTests
{
    [Theory]
    [InlineData("verified_person", 0)]
    [InlineData("age_over_01", 1)]
    [InlineData("age_over_18", 18)]
    [InlineData("age_over_99", 99)]
    public void A_policy_is_written_as_it_is_read(string text, int years)
    {
        var policy = IdentityPolicy.TryParse(text)!;
        Assert.Equal((years, text), (policy.MinimumAge, policy.ToString()));
        Assert.Equal(policy, JsonSerializer.Deserialize<IdentityPolicy>($"\"{text}\"", ContractJson.Options));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("age_over_00")]
    [InlineData("age_over_8")]
    [InlineData("age_over_100")]
    [InlineData("age_over_+8")]
    [InlineData("age_over_ 8")]
    [InlineData("AGE_OVER_18")]
    public void Anything_else_is_no_policy(string? text) => Assert.Null(IdentityPolicy.TryParse(text));

    [Theory]
    [InlineData("18")]
    [InlineData("\"age_over_8\"")]
    [InlineData("{}")]
    public void Anything_else_is_an_error_of_the_JSON(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<IdentityPolicy>(json, ContractJson.Options));

    [Fact]
    public void The_stricter_policy_covers_the_other_and_not_the_other_way_round()
    {
        var (adult, older) = (IdentityPolicy.AgeOver(18), IdentityPolicy.AgeOver(21));
        Assert.Equal(older, IdentityPolicy.Stricter(adult, older));
        Assert.Equal(older, IdentityPolicy.Stricter(older, IdentityPolicy.VerifiedPerson));
        Assert.Equal(adult, IdentityPolicy.Stricter(null, adult));
        Assert.Equal(adult, IdentityPolicy.Stricter(adult, null));
        Assert.Null(IdentityPolicy.Stricter(null, null));
        Assert.True(older.Covers(adult) && adult.Covers(adult) && adult.Covers(IdentityPolicy.VerifiedPerson));
        Assert.False(adult.Covers(older) || IdentityPolicy.VerifiedPerson.Covers(adult));
    }
}
