# frozen_string_literal: true

require_relative "support"

class TestBatch < Minitest::Test
  include Support

  def urls(range)
    range.map { |number| "https://github.com/o/r/pull/#{number}" }
  end

  def test_two_hundred_items_come_with_no_refusal_in_virtual_time
    server = serve(*Array.new(200) { answer }, virtual_time: true)
    batch = server.client(timeout: 3600).analyze_many(urls(1..200), ordered: true)
    items = batch.to_a
    assert_equal((0..199).to_a, items.map(&:index))
    assert_equal("https://github.com/o/r/pull/7", items[6].input)
    assert(items.all? { |item| item.result.signal.risk.level == "high" })
    assert_operator(server.elapsed, :>, 120)
    assert_equal([200, 0], [batch.progress.done, batch.progress.waiting])
    assert_empty(server.journal.select { |entry| entry["status"] == 429 })
  end

  def test_each_item_has_its_own_error_and_one_that_repeats_another_names_it
    server = serve(respond(404, {}, { error: { code: "not_found", message: "There is no such pull request." } }), answer)
    items = server.client.analyze_many([ADDRESS, "nonsense", 5, urls(2..2).first, ADDRESS], ordered: true, concurrency: 1).to_a
    classes = [Axiomo::NotFoundError, Axiomo::InvalidRequestError, Axiomo::InvalidRequestError, NilClass, NilClass]
    assert_equal(classes, items.map { |item| item.error.class })
    assert_equal(0, items.last.repeats)
    assert_raises(Axiomo::NotFoundError) { items.first.result }
    assert_raises(RuntimeError) { items.last.result }
    assert_match(/Integer/, items[2].error.message)
  end

  def test_an_item_that_cannot_be_a_request_ends_nothing_else
    odd = [{ url: Float::NAN }, { 5 => ADDRESS }, "\xff", Class.new.new, nil]
    items = serve(answer).client.analyze_many([*odd, ADDRESS], ordered: true).to_a
    assert_equal([Axiomo::InvalidRequestError] * odd.size, items.first(odd.size).map { |item| item.error.class })
    assert_match(/Hash/, items.first.error.message)
    assert_equal("high", items.last.result.signal.risk.level)
  end

  def test_items_are_taken_as_they_are_wanted
    taken = []
    source = Enumerator.new do |items|
      urls(1..100).each do |url|
        taken << url
        items << url
      end
    end
    server = serve(*Array.new(10) { answer })
    first = server.client.analyze_many(source, concurrency: 1).first
    assert_equal(0, first.index)
    assert_operator(taken.size, :<, 5)
  end

  def test_what_the_source_raises_comes_after_the_results
    source = Enumerator.new do |items|
      urls(1..3).each { |url| items << url }
      raise KeyError, "the list ended early"
    end
    seen = []
    batch = serve(*Array.new(3) { answer }).client.analyze_many(source)
    error = assert_raises(KeyError) { batch.each { |item| seen << item } }
    assert_equal(["the list ended early", 3], [error.message, seen.size])
  end

  def test_it_is_gone_through_once
    batch = serve(answer).client.analyze_many(urls(1..1))
    batch.to_a
    assert_raises(RuntimeError) { batch.to_a }
    assert_raises(TypeError) { serve.client.analyze_many(5) }
    assert_raises(Axiomo::ConfigurationError) { serve.client.analyze_many([], concurrency: -1) }
  end

  def test_what_enumerable_has_works_on_it
    batch = serve(answer, answer).client.analyze_many(urls(1..2))
    assert_equal({ "high" => 2 }, batch.each.lazy.map { |item| item.analysis.signal.risk.level.to_s }.to_a.tally)
  end
end
