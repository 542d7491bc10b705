using Soma.Grains.Interfaces;
using Soma.Grains.Searching.Text;

namespace Soma.Grains.Tests.Searching;

/// <summary>What people write, and how they ask for it: each pair is a kind of spelling that once was not found.</summary>
public sealed class TextAnalysisTests
{
    private readonly StoredContents _stored = new();

    public TextAnalysisTests()
    {
        string[] others =
        [
            "We painted the garden fence dark green", "Grandmother sends a parcel every winter", "Choir practice starts after the holidays",
            "Im Garten blüht der Flieder", "Le train part demain matin", "Вчера мы ходили в музей", "الطقس بارد اليوم", "내일 비가 온다",
        ];
        for (var i = 0; i < others.Length; i++)
        {
            _stored.Put(100 + i, others[i]);
        }
    }

    [Theory]
    [InlineData("Dinner tonight is ramen🍜", "ramen")]
    [InlineData("Landed in Oslo✈️", "oslo")]
    [InlineData("Landed in Oslo✈️", "✈")]
    [InlineData("Pay 40€ at the desk", "40")]
    [InlineData("Meet Acme™ at nine", "acme")]
    [InlineData("Fridge is set to 4°C", "4")]
    public Task A_word_beside_a_sign_is_a_word(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("配布コードはＡＢ１２です", "AB12")]
    [InlineData("ﾌﾟﾘﾝﾀの暗証番号は4431", "プリンタ")]
    [InlineData("The o\uFB03ce door sticks", "office")]
    [InlineData("Measured CO₂ in the cellar", "CO2")]
    [InlineData("The hall is 40㎡ and holds 5㎏", "kg")]
    [InlineData("Rent is ٤٥٠ this year", "450")]
    [InlineData("The fare is ४२ rupees", "42")]
    [InlineData("Louis ⅩⅣ built it", "XIV")]
    public Task Width_ligatures_and_digits_of_any_script_are_typography(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("Schulstraße 4 ist neu vermietet", "Schulstrasse")]
    [InlineData("Søren runs the bakery", "soren")]
    [InlineData("Michał plays chess", "michal")]
    [InlineData("Ο Νίκος μένει εδώ", "ΝΙΚΟΣ")]
    [InlineData("İzmir is sunny", "izmir")]
    [InlineData("Visit Þórr and Ægir", "aegir")]
    [InlineData("Cafe\u0301 Soleil opens", "café")]
    public Task Letters_are_found_without_their_accent_or_case(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("Die Daten\u00ADbank zieht um", "Datenbank")]
    [InlineData("The pass\u200Bphrase is on the fridge", "passphrase")]
    [InlineData("کتاب\u200Cها روی میز است", "کتاب")]
    public Task Invisible_characters_split_no_word(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("Staging runs Helix v2.4.1", "2.4.1")]
    [InlineData("The NAS answers at 192.168.7.20", "192.168.7")]
    [InlineData("Abgabe am 14.03.2026", "2026")]
    [InlineData("Abgabe am 14.03.2026", "14.3.2026")]
    [InlineData("Due 2026-09-17", "2026-09-17")]
    [InlineData("Logs lie in /var/logs/kiln.log", "kiln.log")]
    [InlineData("Write to ann.lee@mail.example.com", "example.com")]
    [InlineData("See https://docs.example.org/guide?x=1", "docs.example.org")]
    [InlineData("Budget is 12,500 for the roof", "12500")]
    [InlineData("Budget is 12.500 for the roof", "12500")]
    [InlineData("Pi is 3,14 here", "3.14")]
    [InlineData("The parcel weighs 5kg", "5 kg")]
    [InlineData("We switched to GPT4", "GPT-4")]
    [InlineData("Send an e-mail", "email")]
    [InlineData("Ticket OPS-4471 is open", "ops4471")]
    [InlineData("getUserById fails", "user")]
    [InlineData("getUserById fails", "get user by id")]
    [InlineData("getUserById fails", "getuserbyid")]
    [InlineData("The HTTPServer hangs", "server")]
    [InlineData("set MAX_RETRY_COUNT here", "retry")]
    [InlineData("Our C++ course", "C++")]
    public Task What_is_written_together_is_found_whole_and_by_its_parts(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("L'imprimante est en panne", "imprimante")]
    [InlineData("La chiave dell’ufficio è appesa qui", "ufficio")]
    [InlineData("L'hivern a l'escola és fred", "escola")]
    [InlineData("Ask Conan O'Brien", "obrien")]
    [InlineData("Ida's bike is red", "ida")]
    [InlineData("İstanbul'da bir ev", "istanbul")]
    public Task A_word_behind_an_apostrophe_is_a_word(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("체크리스트는 서랍에 있다", "체크리스트")]
    [InlineData("우리 건강보험은 갱신된다", "보험")]
    [InlineData("المكتبة مغلقة يوم الجمعة", "مكتبة")]
    [InlineData("كتـــاب الطبخ على الرف", "كتاب")]
    [InlineData("كِتَابُ الطبخ", "كتاب")]
    [InlineData("הספרים על המדף", "ספר")]
    [InlineData("他每天用watchdog监控服务器", "watchdog")]
    [InlineData("今天我们玩成语接龙", "成语接龙")]
    public Task Affixes_and_forms_of_letters_make_no_other_word(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("Die Häuser am Hang stehen leer", "Haus")]
    [InlineData("Les maisons sont vides et les clés sont perdues", "maison")]
    [InlineData("Las canciones son de mi abuela", "canción")]
    [InlineData("Le chiavi sono nella borsa", "chiave")]
    [InlineData("As janelas estão abertas para o jardim", "janela")]
    [InlineData("De sleutels liggen op de tafel", "sleutel")]
    [InlineData("Bilarna står på gården och är mina", "bil")]
    [InlineData("Kitaplarımız bu evde ve çok güzel", "kitap")]
    [InlineData("Ключами открыли дверь", "ключ")]
    [InlineData("Τα σπίτια είναι στο λόφο", "σπίτι")]
    public Task A_memory_is_met_by_the_stems_of_its_own_language(string text, string query) => IsFirst(text, query);

    [Theory]
    [InlineData("Will repairs the boat engine", "Will")]
    [InlineData("The audit is in May", "May")]
    [InlineData("Ask the IT helpdesk about badges", "IT")]
    [InlineData("The US office closes at noon", "US")]
    [InlineData("A report of the WHO", "WHO")]
    [InlineData("Ask Will for the boat", "When did Will come?")]
    public async Task A_name_that_is_a_stop_word_is_found(string text, string query)
    {
        _stored.Put(2, "Tell us when it may rain and who will come to the office");
        await IsFirst(text, query);
    }

    [Fact]
    public async Task A_stop_word_of_another_language_counts_where_it_is_none()
    {
        _stored.Put(1, "Most plants die in the frost");
        _stored.Put(2, "Die Lampe ist für die Küche und die Treppe");
        Assert.Equal([1], await _stored.FindAsync("die in august"));
    }

    [Fact]
    public async Task Inch_marks_make_no_phrase_and_quotes_still_do()
    {
        _stored.Put(1, "Looking at a 27\" screen for the desk");
        _stored.Put(2, "The 32\" screen was returned");
        _stored.Put(3, "The sourdough starter is in the cellar");
        _stored.Put(4, "The starter of the car is broken, the sourdough is fine");
        Assert.Equal([1, 2], (await _stored.FindAsync("27\" screen or 32\" screen")).Take(2));
        Assert.Equal([3], await _stored.FindAsync("\"sourdough starter\""));
    }

    [Fact]
    public async Task A_phrase_is_found_in_a_memory_of_another_language()
    {
        _stored.Put(1, "Der Schlüssel zum Keller hängt neben der blauen Lampe");
        _stored.Put(2, "Die Lampe ist blau und hängt im Keller");
        Assert.Equal([1], await _stored.FindAsync("\"blaue Lampe\""));
    }

    [Fact]
    public void A_text_without_a_sign_of_its_language_is_read_as_English() =>
        Assert.Equal("carolin café".Replace("é", "e", StringComparison.Ordinal), string.Join(' ', TermCounts.Of("Caroline café").Terms.Select(term => term.Term)));

    [Theory]
    [InlineData("en", "Boiler pressure dropped twice, engineer Avec replaced valve, gasket, thermostat, pump, filter, sensor, relay, fuse, cable, switch, clamp, hose, burner, flue, meter, gauge, bracket, washer, seal, nozzle, bearing, belt")]
    [InlineData("fr", "Rendez-vous avec Avec")]
    [InlineData("de", "Die Heizung wurde gestern repariert, weil der Druck zweimal gefallen war. Der Techniker hat das Ventil, die Pumpe und den Filter ersetzt, danach lief sie wieder ruhig und sparsam. Im Herbst kommt er noch einmal, um den Brenner zu prüfen")]
    [InlineData("es", "El técnico reparó ayer la caldera porque la presión había bajado dos veces. Cambió la válvula, la bomba y el filtro, y después todo funcionó sin ruido. En otoño vendrá otra vez para revisar el quemador y limpiar los tubos de la cocina")]
    [InlineData("pt", "O técnico consertou ontem a caldeira porque a pressão tinha caído duas vezes. Trocou a válvula, a bomba e o filtro, e depois tudo funcionou sem ruído. No outono ele vem outra vez para verificar o queimador e limpar os tubos da cozinha")]
    [InlineData("it", "Il tecnico ha riparato ieri la caldaia perché la pressione era scesa due volte. Ha cambiato la valvola, la pompa e il filtro, e poi tutto ha funzionato senza rumore. In autunno torna per controllare il bruciatore e pulire i tubi della cucina")]
    [InlineData("nl", "De monteur heeft gisteren de ketel gerepareerd omdat de druk twee keer was gezakt. Hij heeft het ventiel, de pomp en het filter vervangen, en daarna liep alles weer zonder geluid. In de herfst komt hij nog een keer om de brander na te kijken")]
    [InlineData("sv", "Teknikern lagade pannan i går eftersom trycket hade sjunkit två gånger. Han bytte ventilen, pumpen och filtret, och sedan gick allt utan ljud igen. Till hösten kommer han en gång till för att se över brännaren och rengöra rören i köket")]
    public void A_long_text_is_of_the_language_that_its_words_tell_and_not_of_one_word(string language, string text) =>
        Assert.Equal(language, TermCounts.Of(text).Language!.Name);

    [Fact]
    public void Stop_words_of_a_question_are_none_of_its_words_in_memories_of_another_language()
    {
        Assert.Null(TermOf("wie alt ist die Linde", "die"));
        Assert.NotNull(TermOf("aluminium die casting", "die"));

        static TermText? TermOf(string query, string word) => QueryTerm.Read(query, out _).Single(term => term.Source == word && term.IsCounted).In(Language.English);
    }

    private async Task IsFirst(string text, string query)
    {
        _stored.Put(1, text);
        var found = await _stored.SearchAsync(IndexFixture.Query(query, SearchMode.Keyword));
        Assert.NotEmpty(found.Hits);
        Assert.Equal(IndexFixture.At(1), found.Hits[0].Coordinate);
    }
}
