using System.Text.Json;

namespace Marquee.Domain.Tests;

public sealed class CurrencyTests
{
    [Theory]
    [InlineData("EUR", 2)]
    [InlineData("JPY", 0)]
    [InlineData("BHD", 3)]
    public void The_exponent_is_that_of_ISO_4217(string code, int exponent) => Assert.Equal(exponent, Currency.Of(code).Exponent);

    [Fact]
    public void A_code_in_lower_case_is_the_same_currency()
    {
        Assert.True(Currency.TryParse("eur", out var currency));
        Assert.Equal(Currency.Eur, currency);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("EURO")]
    [InlineData("XAU")]
    public void An_unknown_code_is_refused(string? code)
    {
        Assert.False(Currency.TryParse(code, out _));
        Assert.Throws<ArgumentException>(() => Currency.Of(code!));
    }

    [Fact]
    public void A_currency_that_was_never_set_fails_on_use() => Assert.Throws<InvalidOperationException>(() => default(Currency).Code);

    [Fact]
    public void An_unknown_code_in_JSON_is_an_error_of_the_JSON() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Currency>("\"XXX\""));
}
