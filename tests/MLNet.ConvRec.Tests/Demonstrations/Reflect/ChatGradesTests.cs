using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Demonstrations.Reflect;
using MLNet.ConvRec.Tests.Demonstrations.Chat;

namespace MLNet.ConvRec.Tests.Demonstrations.Reflect;

public sealed class ChatGradesTests
{
    [Theory]
    [InlineData("3: 2", 2)]
    [InlineData("3:-1", -1)]
    [InlineData("3. +2", 2)]
    [InlineData("3) -1 because they dislike it: 2 of them said so", -1)]
    [InlineData("- 3: 1", 1)]
    [InlineData("**3**: +1", 1)]
    [InlineData("| 3 | -2 |", -2)]
    [InlineData("(3) 1", 1)]
    [InlineData("[3] = 1", 1)]
    [InlineData("3 -> 1", 1)]
    [InlineData("3 → −1", -1)]
    [InlineData("3 - 1", 1)]
    [InlineData("3 -1", -1)]
    [InlineData("3 1", 1)]
    [InlineData("3: 1.5", 1.5)]
    [InlineData("3: +1/2", 1)]
    [InlineData("3: 1.", 1)]
    [InlineData("3: 1 because they like it", 1)]
    [InlineData("3: 1 (likes horror)", 1)]
    [InlineData("3. Alien (1979): +2", 2)]
    [InlineData("3. Alien (1979) - 2", 2)]
    [InlineData("3. Alien (1979) -2", -2)]
    [InlineData("3. Alien (1979) - grade: -2", -2)]
    [InlineData("3. 12 Monkeys (1995): -2", -2)]
    [InlineData("3: 5", 2)]
    [InlineData("3: -17", -2)]
    [InlineData("Here they are:\n3: 1\nThat was all.", 1)]
    [InlineData("3: 1\n3: 2", 2)]
    public void Line_IsRead(string answer, double grade) => Assert.Equal([(3, grade)], Read(answer));

    [Theory]
    [InlineData("")]
    [InlineData("I would rather not.")]
    [InlineData("3")]
    [InlineData("31")]
    [InlineData("3:")]
    [InlineData("3: good")]
    [InlineData("3. 12 Monkeys (1995)")]
    [InlineData("3: 1984 by George Orwell")]
    [InlineData("0: 1\n6: 1\n99999999999999999999: 1")]
    [InlineData("[1, 2]")]
    [InlineData("{\"grades\": \"none\"}")]
    [InlineData("{")]
    public void WhatIsNoGrade_IsNone(string answer) => Assert.Empty(Read(answer));

    [Theory]
    [InlineData("[2, -1, 0, 9, null]")]
    [InlineData("[+2, -1, +0, \"+2\", \"?\"]")]
    [InlineData("""{"1": 2, "2": -1, "3": 0, "4": 2}""")]
    [InlineData("""{"1": +2, "2": "-1", "3": {"grade": 0}, "4": {"score": 2, "why": "fits"}, "6": 1}""")]
    [InlineData("""[{"number": 1, "grade": 2}, {"no": 2, "grade": -1}, {"id": "3", "value": 0}, {"item": "It", "index": 4, "score": 3}]""")]
    [InlineData("""{"grades": [2, -1, 0, 2, null]}""")]
    [InlineData("""{"grades": {"1": 2, "2": -1, "3": 0, "4": 2}}""")]
    [InlineData("Here they are:\n```json\n{\n  \"1\": 2,\n  \"2\": -1,\n  \"3\": 0,\n  \"4\": 2\n}\n```")]
    [InlineData("[1] +2\n[2] -1\n[3] 0\n[4] 2")]
    public void Json_IsRead(string answer) => Assert.Equal([(1, 2), (2, -1), (3, 0), (4, 2)], Read(answer));

    private static (int Number, double Grade)[] Read(string answer) =>
        [.. ChatGrades.Read(answer, count: 5, ratingScale: 2).OrderBy(grade => grade.Key).Select(grade => (grade.Key, grade.Value))];
}
