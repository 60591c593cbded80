"""How many records go into one call, and how a run learns it."""

from lib.sync.call_size import LARGEST, LONE_FAILURES, THEN_AT_LEAST, CallSizes


def test_a_run_starts_with_the_largest_calls():
    assert CallSizes().size(["Contact", "Lead"]) == LARGEST


def test_a_call_that_is_too_large_halves_the_size_until_a_call_passes():
    sizes = CallSizes()

    for size in (200, 100, 50):
        sizes.failed("Contact", size, is_fresh=size == 200)
    sizes.passed("Contact", 25, is_fresh=False)

    assert sizes.size(["Contact"]) == 25


def test_each_sobject_has_its_own_size_and_a_mixed_call_has_the_smaller_size():
    sizes = CallSizes()

    sizes.failed("Lead", 200, is_fresh=True)

    assert (sizes.size(["Contact"]), sizes.size(["Lead"])) == (200, 100)
    assert sizes.size(["Contact", "Lead"]) == 100


def test_calls_of_one_size_that_fail_at_the_same_time_halve_it_once():
    sizes = CallSizes()

    for _ in range(4):
        sizes.failed("Contact", 200, is_fresh=True)

    assert sizes.size(["Contact"]) == 100


def test_a_record_that_fails_on_its_own_does_not_slow_down_the_others():
    sizes = CallSizes()
    sizes.passed("Contact", 200, is_fresh=True)

    sizes.failed("Contact", 200, is_fresh=True)
    for size in (100, 50, 25, 13, 7, 4, 2):
        sizes.failed("Contact", size, is_fresh=False)

    assert sizes.size(["Contact"]) == 200


def test_a_larger_call_that_passes_after_a_smaller_call_failed_shows_that_size_is_not_the_cause():
    sizes = CallSizes()
    sizes.failed("Contact", 200, is_fresh=True)
    sizes.failed("Contact", 100, is_fresh=False)

    sizes.passed("Contact", 200, is_fresh=True)

    assert sizes.size(["Contact"]) == 200


def test_two_fresh_calls_in_a_row_that_fail_halve_a_size_that_passed_before():
    sizes = CallSizes()
    sizes.passed("Contact", 200, is_fresh=True)

    sizes.failed("Contact", 200, is_fresh=True)
    sizes.passed("Contact", 100, is_fresh=False)
    sizes.failed("Contact", 200, is_fresh=True)

    assert sizes.size(["Contact"]) == 100


def test_when_record_after_record_fails_alone_calls_are_not_split_further():
    sizes = CallSizes()
    sizes.failed("Contact", 2, is_fresh=True)
    assert (sizes.size(["Contact"]), sizes.smallest) == (1, 1)

    for _ in range(LONE_FAILURES):
        sizes.failed_alone()
    assert (sizes.size(["Contact"]), sizes.smallest) == (THEN_AT_LEAST, THEN_AT_LEAST)

    sizes.passed("Contact", 25, is_fresh=True)
    assert sizes.smallest == 1


def test_a_call_that_is_too_much_as_a_whole_halves_the_batches_in_a_call():
    sizes = CallSizes()

    sizes.failed_together(5)
    assert sizes.together == 2
    sizes.failed_together(2)
    sizes.failed_together(1)
    assert sizes.together == 1


def test_after_some_calls_that_pass_one_more_batch_goes_into_a_call():
    sizes = CallSizes()
    sizes.failed_together(5)

    for _ in range(7):
        sizes.passed_together(2)
    sizes.passed_together(1)  # a call with fewer batches shows nothing
    assert sizes.together == 2
    sizes.passed_together(2)
    assert sizes.together == 3

    for _ in range(7):
        sizes.passed_together(3)
    assert sizes.together == 3
    sizes.passed_together(3)
    assert sizes.together == 4
    for _ in range(100):
        sizes.passed_together(5)
    assert sizes.together == 5


def test_a_call_that_had_too_many_bytes_never_has_as_many_groups_again():
    sizes = CallSizes()

    sizes.failed_together(4, for_good=True)
    for _ in range(100):
        sizes.passed_together(sizes.together)

    assert sizes.together == 3


def test_a_single_record_that_passed_and_then_failed_is_as_small_as_it_gets():
    sizes = CallSizes()
    sizes.passed("Contact", 1, is_fresh=False)
    sizes.failed("Contact", 1, is_fresh=True)
    assert sizes.size(["Contact"]) == LARGEST

    sizes.failed("Contact", 1, is_fresh=True)

    assert sizes.size(["Contact"]) == 1


def test_records_that_fail_alone_count_in_a_row_and_more_without_a_limit():
    sizes = CallSizes()
    for _ in range(LONE_FAILURES // 10 - 1):
        sizes.failed_alone(met_limit=False)
    for _ in range(9):
        sizes.failed_alone()
    assert sizes.smallest == 1
    sizes.failed_alone()
    assert sizes.smallest == THEN_AT_LEAST

    sizes.passed("Contact", 1, is_fresh=False)
    for _ in range(LONE_FAILURES - 1):
        sizes.failed_alone()

    assert sizes.smallest == 1


def test_two_failures_of_a_size_that_passed_halve_it_only_if_none_passed_in_between():
    sizes = CallSizes()
    sizes.passed("Contact", 200, is_fresh=True)

    for _ in range(3):
        sizes.failed("Contact", 200, is_fresh=True)
        sizes.passed("Contact", 200, is_fresh=True)
    assert sizes.size(["Contact"]) == 200

    for expected in (200, 100, 100, 50):
        sizes.failed("Contact", sizes.size(["Contact"]), is_fresh=True)
        assert sizes.size(["Contact"]) == expected


def test_calls_that_are_too_large_for_good_are_not_made_so_large_again():
    sizes = CallSizes()
    sizes.failed_together(4, for_good=True)
    assert sizes.together == 2

    for _ in range(100):
        sizes.passed_together(sizes.together)

    assert sizes.together == 3


def test_eight_full_calls_in_a_row_make_room_for_one_more_group():
    sizes = CallSizes()
    sizes.failed_together(4)
    widths = []
    for count in [2] * 7 + [1, 2, 3] + [3] * 7:
        sizes.passed_together(count)
        widths.append(sizes.together)

    assert widths == [2] * 8 + [3] * 8 + [4]
    sizes.failed_together(3)
    assert sizes.together == 1
