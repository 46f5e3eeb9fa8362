using System.Text.Json;
using CsCheck;
using Marquee.Domain.Contracts;

namespace Marquee.Domain.Tests;

public sealed class MoneyTests
{
    private static readonly Currency Jpy = Currency.Of("JPY");
    private static readonly Currency Kwd = Currency.Of("KWD");
    private static readonly Gen<Currency> AnyCurrency = Gen.OneOf(Currency.Eur, Jpy, Kwd);
    private static readonly Gen<Money> AnyMoney = Gen.Select(Gen.Long, AnyCurrency, (minorUnits, currency) =>
        new Money(minorUnits, currency));

    [Fact]
    public void Amounts_of_one_currency_add_and_subtract_in_minor_units()
    {
        Assert.Equal(Eur(1250), Eur(1000) + Eur(250));
        Assert.Equal(Eur(-5), Eur(10) - Eur(15));
        Assert.Equal(Eur(-10), -Eur(10));
        Assert.Equal(Eur(30), Eur(10) * 3);
    }

    [Fact]
    public void Two_currencies_never_mix()
    {
        Assert.Throws<InvalidOperationException>(() => Eur(1) + new Money(1, Jpy));
        Assert.Throws<InvalidOperationException>(() => Eur(1) - new Money(1, Jpy));
        Assert.Throws<InvalidOperationException>(() => Eur(1) < new Money(1, Jpy));
    }

    [Fact]
    public void An_overflow_throws_and_never_wraps()
    {
        Assert.Throws<OverflowException>(() => Eur(long.MaxValue) + Eur(1));
        Assert.Throws<OverflowException>(() => Eur(long.MinValue) - Eur(1));
        Assert.Throws<OverflowException>(() => -Eur(long.MinValue));
        Assert.Throws<OverflowException>(() => Eur(long.MaxValue) * 2);
    }

    [Fact]
    public void Amounts_compare_by_size()
    {
        Assert.True(Eur(1) < Eur(2));
        Assert.True(Eur(2) > Eur(1));
        Assert.True(Eur(2) <= Eur(2));
        Assert.True(Eur(2) >= Eur(2));
    }

    [Fact]
    public void People_read_as_many_decimals_as_the_currency_has()
    {
        Assert.Equal("12.50 EUR", Eur(1250).ToString());
        Assert.Equal("-0.05 EUR", Eur(-5).ToString());
        Assert.Equal("1250 JPY", new Money(1250, Jpy).ToString());
        Assert.Equal("1.250 KWD", new Money(1250, Kwd).ToString());
        Assert.Equal("92233720368547758.07 EUR", Eur(long.MaxValue).ToString());
    }

    [Fact]
    public void What_is_written_for_people_reads_back_as_the_same_amount() => AnyMoney.Sample(money =>
    {
        Assert.True(Money.TryParse(money.ToString(), out var read));
        Assert.Equal(money, read);
    });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("12.50")]
    [InlineData("12.50 XXX")]
    [InlineData("12.505 EUR")]
    [InlineData("12.5 JPY")]
    [InlineData("1,250.00 EUR")]
    [InlineData("1e3 EUR")]
    [InlineData(" 12.50 EUR")]
    [InlineData("92233720368547758.08 EUR")]
    public void Text_that_is_not_exactly_an_amount_is_refused(string? text) => Assert.False(Money.TryParse(text, out _));

    [Fact]
    public void Major_units_convert_exactly_or_not_at_all()
    {
        Assert.Equal(Eur(1250), Money.FromMajorUnits(12.5m, Currency.Eur));
        Assert.Equal(new Money(3, Kwd), Money.FromMajorUnits(0.003m, Kwd));
        Assert.Throws<ArgumentException>(() => Money.FromMajorUnits(0.005m, Currency.Eur));
        Assert.Throws<ArgumentException>(() => Money.FromMajorUnits(decimal.MaxValue, Currency.Eur));
    }

    [Fact]
    public void On_the_wire_money_is_minor_units_and_a_code()
    {
        Assert.Equal("""{"minorUnits":1250,"currency":"EUR"}""", JsonSerializer.Serialize(Eur(1250), ContractJson.Options));
        Assert.Equal(Eur(1250), JsonSerializer.Deserialize<Money>("""{"minorUnits":1250,"currency":"EUR"}""", ContractJson.Options));
    }

    private static Money Eur(long minorUnits) => new(minorUnits, Currency.Eur);
}
