using System.Text;
using Ledger.Contracts.Runtime;

namespace Ledger.Contracts.Tests.Runtime;

public sealed class GasScheduleTests
{
    [Theory]
    [InlineData("\"abc\"", 5, 0, 0, 0)]
    [InlineData("[1,2,{\"a\":[]}]", 14, 6, 0, 0)]
    [InlineData("\"\\n\\u0041\"", 10, 0, 2, 0)]
    [InlineData("\"漢é😀\"", 6, 0, 0, 5)]
    public void Json_costs_by_its_characters_marks_escapes_and_what_its_encoding_adds(
        string json, int characters, int marks, int escapes, int extra)
    {
        var expected = (characters * GasSchedule.JsonByte) + (marks * GasSchedule.JsonMark)
            + (escapes * GasSchedule.JsonEscape) + (extra * GasSchedule.JsonExtra);

        Assert.Equal(expected, GasSchedule.OfJson(json));
        Assert.Equal(expected, GasSchedule.OfJson(Encoding.UTF8.GetBytes(json)));
    }
}
